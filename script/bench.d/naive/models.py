from django.db import models


class Source(models.Model):
    slug = models.CharField(max_length=100, unique=True)
    title = models.CharField(max_length=500)


class Committee(models.Model):
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)


class Item(models.Model):
    source = models.ForeignKey(Source, models.CASCADE)
    number = models.CharField(max_length=100)
    title = models.TextField()
    summary = models.TextField()
    status = models.CharField(max_length=30, db_index=True)
    path = models.CharField(max_length=200, db_index=True)
    committees = models.ManyToManyField(Committee, through="Owner")


class Owner(models.Model):
    item = models.ForeignKey(Item, models.CASCADE)
    committee = models.ForeignKey(Committee, models.CASCADE)


class Update(models.Model):
    item = models.ForeignKey(Item, models.CASCADE)
    committee = models.ForeignKey(Committee, models.CASCADE, null=True)
    on = models.DateField()
    status = models.CharField(max_length=30)
    text = models.TextField()
